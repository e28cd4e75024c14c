module cdk8s-dagger/conformance/buildkit

go 1.22.0

require github.com/moby/buildkit v0.17.0

require (
	github.com/docker/go-units v0.5.0 // indirect
	github.com/pelletier/go-toml v1.9.5 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	golang.org/x/sys v0.26.0 // indirect
)
