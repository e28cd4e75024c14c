// Command validation shows what the API server says of objects: an object a line on standard input, its answer a line on
// standard output. `validation types` prints the fields of the types that these objects have, and `validation yaml` what
// kubectl reads from YAML.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// The reasons to reject an object. An object without reasons is accepted.
type answer struct {
	// From `kubectl create`: strict decoding, defaults and validation.
	Create []string `json:"create,omitempty"`
	// From server-side apply, in addition: list items with the same key.
	Apply []string `json:"apply,omitempty"`
	// From the validation of what the controllers create from the object: pods and claims.
	Created []string `json:"created,omitempty"`
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "types" {
		printTypes()
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "yaml" {
		printYaml(os.Stdin)
		return
	}
	objects := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := objects.ReadBytes('\n')
		if err != nil {
			return
		}
		if err := answers.Encode(validate(line)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
