package main

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/cmd/buildkitd/config"
)

// Loads a whole engine.toml, or a value of engine.json as it is written there: the engine hands it to the same code
// (engine/config/config.go@v0.21.8, UnmarshalJSON). Or lists the keys of engine.toml.
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
