// Command buildkit shows what a loader of the engine's configuration makes of a text: a document a line on standard
// input, its answer a line on standard output. docs/testing.md has the forms of both.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// What is to be read, by which loader.
type document struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// What the loader understood, or why it refused the text.
type answer struct {
	Understood any    `json:"understood,omitempty"`
	Refused    string `json:"refused,omitempty"`
}

func main() {
	documents := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := documents.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked document
		if err = json.Unmarshal(line, &asked); err == nil {
			err = answers.Encode(read(asked))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// A loader that panics stops the engine as one does that returns an error.
func read(asked document) (said answer) {
	defer func() {
		if cause := recover(); cause != nil {
			said = answer{Refused: fmt.Sprintf("panic: %v", cause)}
		}
	}()
	loaded, err := load(asked.Kind, asked.Text)
	if err != nil {
		return answer{Refused: err.Error()}
	}
	return answer{Understood: understood(loaded)}
}
