// Command validation validates objects like the API server. It reads an object from each line of standard input, and
// writes the answer as a line to standard output. `validation types` prints the fields of the objects' types, and
// `validation yaml` prints the values that kubectl reads from YAML.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// answer contains the reasons to reject an object. An object without reasons is accepted.
type answer struct {
	// Create contains the reasons from `kubectl create`: strict decoding, defaults and validation.
	Create []string `json:"create,omitempty"`
	// Apply contains additional reasons from server-side apply, such as list items with the same key.
	Apply []string `json:"apply,omitempty"`
	// Created contains the reasons to reject the pods and claims that controllers create for the object.
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
