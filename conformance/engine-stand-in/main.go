// Command dagger-engine is the engine program of the stand-in. It translates the engine's flags and files to those of
// buildkitd, and then executes buildkitd.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/pelletier/go-toml"
)

const (
	// The file name is the process name of the real engine.
	buildkitd  = "/usr/libexec/dagger-engine"
	engineJSON = "/etc/dagger/engine.json"
	// This file is written at every start.
	translated = "/run/buildkit/buildkitd.toml"
)

// The engine always listens on both sockets.
var sockets = []string{"unix:///run/buildkit/buildkitd.sock", "unix:///run/dagger/engine.sock"}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "dagger-engine (stand-in): %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags, err := parse(args)
	if err != nil {
		return err
	}
	config, err := configuration(flags.last("--config"))
	if err != nil {
		return err
	}
	addresses, err := addresses(config, flags)
	if err != nil {
		return err
	}
	setNetwork(config, flags)
	if !config.Has("root") {
		config.Set("root", "/var/lib/dagger")
	}
	config.SetPath([]string{"grpc", "address"}, addresses)
	config.SetPath([]string{"worker", "containerd", "enabled"}, false)
	if err := os.MkdirAll(filepath.Dir(translated), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(translated, []byte(config.String()), 0o600); err != nil {
		return err
	}
	return syscall.Exec(buildkitd, append([]string{"dagger-engine", "--config=" + translated}, passed(flags)...), os.Environ())
}

// configuration returns engine.toml with the settings of engine.json, which take precedence.
func configuration(path string) (*toml.Tree, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	config, err := toml.LoadBytes(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text, err = os.ReadFile(engineJSON)
	if errors.Is(err, fs.ErrNotExist) {
		return config, nil
	} else if err != nil {
		return nil, err
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", engineJSON, err)
	}
	for key, value := range values {
		if err := translate(config, key, value); err != nil {
			return nil, fmt.Errorf("%s: %w", engineJSON, err)
		}
	}
	return config, nil
}

func translate(config *toml.Tree, key string, value any) error {
	section, isSection := value.(map[string]any)
	switch {
	case key == "logLevel":
		config.Set("debug", true)
		config.Set("trace", value == "trace")
	case key == "gc" && isSection:
		names := map[string]string{"enabled": "gc", "policies": "gcpolicy"}
		for name, value := range section {
			if renamed, ok := names[name]; ok {
				name = renamed
			}
			// buildkitd ignores unknown names, such as sweepSize.
			if err := set(config, []string{"worker", "oci", name}, value); err != nil {
				return err
			}
		}
	case key == "security" && isSection:
		if section["insecureRootCapabilities"] != false {
			config.Set("insecure-entitlements", []string{"security.insecure"})
		} else {
			config.Set("insecure-entitlements", []string{})
		}
	case key == "registries" && isSection:
		for host, registry := range section {
			if err := set(config, []string{"registry", host}, registry); err != nil {
				return err
			}
		}
	case key == "telemetry":
		// buildkitd sends no metrics.
	default:
		return fmt.Errorf("unknown key %s", key)
	}
	return nil
}

func set(config *toml.Tree, path []string, value any) error {
	tree, err := toml.TreeFromMap(map[string]any{"value": integers(value)})
	if err != nil {
		return err
	}
	config.SetPath(path, tree.Get("value"))
	return nil
}

// integers converts numbers to integers, because Go decodes JSON numbers as floating-point numbers.
func integers(value any) any {
	switch value := value.(type) {
	case float64:
		return int64(value)
	case map[string]any:
		for key := range value {
			value[key] = integers(value[key])
		}
	case []any:
		for index := range value {
			value[index] = integers(value[index])
		}
	}
	return value
}

// addresses returns the addresses of the engine: its sockets, and the addresses in engine.toml and in the flags.
func addresses(config *toml.Tree, flags flags) ([]string, error) {
	all := slices.Clone(sockets)
	switch listed := config.GetPath([]string{"grpc", "address"}).(type) {
	case nil:
	case []any:
		for _, address := range listed {
			all = append(all, fmt.Sprint(address))
		}
	default:
		return nil, fmt.Errorf("grpc.address: expected a list, got %v", listed)
	}
	for _, address := range append(all, flags.all("--addr")...) {
		if !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	return all, nil
}

// setNetwork connects builds to the engine's bridge.
func setNetwork(config *toml.Tree, flags flags) {
	defaults := map[string]string{
		"networkMode":   "bridge",
		"cniBinaryPath": "/opt/cni/bin",
		"bridgeName":    withDefault(flags.last("--network-name"), "dagger") + "0",
		"bridgeSubnet":  withDefault(flags.last("--network-cidr"), "10.87.0.0/16"),
	}
	for key, value := range defaults {
		if path := []string{"worker", "oci", key}; !config.HasPath(path) {
			config.SetPath(path, value)
		}
	}
}

func withDefault(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// passed returns the arguments for buildkitd.
func passed(flags flags) []string {
	var args []string
	for _, flag := range flags {
		switch flag.name {
		case "--addr", "--config", "--network-name", "--network-cidr", "--oci-max-parallelism", "--wcprof":
		case "--extra-debug":
			args = append(args, "--debug")
		default:
			args = append(args, flag.name+"="+flag.value)
		}
	}
	// Like the engine, buildkitd serves its metrics and profiles at the same address.
	if address := os.Getenv("_EXPERIMENTAL_DAGGER_METRICS_ADDR"); address != "" && flags.last("--debugaddr") == "" {
		args = append(args, "--debugaddr="+address)
	}
	return args
}

type flag struct{ name, value string }

type flags []flag

var booleans = []string{
	"--debug", "--extra-debug", "--oci-worker-gc", "--oci-worker-selinux", "--rootless", "--trace", "--wcprof",
}

func parse(args []string) (flags, error) {
	var parsed flags
	for index := 0; index < len(args); index++ {
		name, value, hasValue := strings.Cut(args[index], "=")
		switch {
		case !strings.HasPrefix(name, "--"):
			return nil, fmt.Errorf("unexpected argument %s", args[index])
		case hasValue:
		case slices.Contains(booleans, name):
			value = "true"
		case index+1 == len(args):
			return nil, fmt.Errorf("%s needs a value", name)
		default:
			index++
			value = args[index]
		}
		parsed = append(parsed, flag{name, value})
	}
	return parsed, nil
}

func (flags flags) all(name string) []string {
	var values []string
	for _, flag := range flags {
		if flag.name == name {
			values = append(values, flag.value)
		}
	}
	return values
}

func (flags flags) last(name string) string {
	values := flags.all(name)
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
