package main

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/cmd/buildkitd/config"
)

// load loads a complete engine.toml, or a single value from engine.json, which the engine passes to the same code
// (engine/config/config.go@v0.21.8, UnmarshalJSON). It can also list the keys of engine.toml.
func load(kind, text string) (any, error) {
	switch kind {
	case "toml":
		return config.Load(strings.NewReader(text))
	case "toml keys":
		return keysOf(config.Config{}), nil
	case "space":
		var space config.DiskSpace
		err := space.UnmarshalText([]byte(text))
		return space, err
	case "duration":
		var duration config.Duration
		err := duration.UnmarshalText([]byte(text))
		return duration, err
	}
	return nil, fmt.Errorf("no loader of %s here", kind)
}
