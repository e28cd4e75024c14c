package main

import "reflect"

// key is a key that a loader reads. In its path, "*" is a user-defined name, and "[]" is an element of a list.
type key struct {
	Path []string `json:"path"`
	Type string   `json:"type"`
}

func keysOf(loaded any) []key {
	return keysBelow(reflect.TypeOf(loaded), nil)
}

func keysBelow(of reflect.Type, path []string) (keys []key) {
	below := func(of reflect.Type, names ...string) {
		keys = append(keys, keysBelow(of, append(path[:len(path):len(path)], names...))...)
	}
	switch {
	case of.Kind() == reflect.Pointer:
		below(of.Elem())
	case of.Kind() == reflect.Slice:
		below(of.Elem(), "[]")
	case of.Kind() == reflect.Map:
		below(of.Elem(), "*")
	case of.Kind() == reflect.Struct && of.Name() != "DiskSpace" && of.Name() != "Duration":
		for index := 0; index < of.NumField(); index++ {
			if field := of.Field(index); field.Anonymous {
				below(field.Type)
			} else {
				below(field.Type, nameOf(field))
			}
		}
	case of.Kind() == reflect.Struct:
		return []key{{path, of.Name()}}
	default:
		return []key{{path, of.Kind().String()}}
	}
	return keys
}
