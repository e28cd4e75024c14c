package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

// printYaml prints the JSON that kubectl reads from YAML. Each line of the input is a YAML text as a JSON string.
func printYaml(in io.Reader) {
	texts := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := texts.ReadBytes('\n')
		if err != nil {
			return
		}
		fmt.Println(string(read(line)))
	}
}

func read(line []byte) []byte {
	var text string
	if err := json.Unmarshal(line, &text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	read, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		read, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	return read
}
