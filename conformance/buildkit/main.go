// Command buildkit runs the loaders of the engine's configuration. It reads a document from each line of standard
// input, and writes the answer as a line to standard output. docs/testing.md describes both formats.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// document is a text and the loader that reads it.
type document struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// answer is the loaded value, or the reason that the loader rejected the text.
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

// read loads a document. A panic counts as a rejection, because it stops the engine like an error.
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
