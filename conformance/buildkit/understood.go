package main

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

var duration = reflect.TypeOf(time.Duration(0))

// understood converts a loaded value to maps, keyed by the names of fields in the file. Disk space becomes
// {"bytes": "1024"} or {"percent": "75"}, and a duration becomes {"nanoseconds": "1000"}. The numbers are strings,
// because JSON parsers round large numbers. Values that the loader can't distinguish from unset ones are omitted:
// false, zero and the empty string, unless they are behind a pointer. Empty lists are kept.
func understood(loaded any) any {
	said, _ := show(reflect.ValueOf(loaded))
	return said
}

// show converts a value, and reports whether it is set.
func show(value reflect.Value) (said any, isSet bool) {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil, false
		}
		said, _ = show(value.Elem())
		return said, true
	case reflect.Struct:
		return showStruct(value)
	case reflect.Map:
		shown := map[string]any{}
		for _, key := range value.MapKeys() {
			shown[key.String()], _ = show(value.MapIndex(key))
		}
		return shown, !value.IsNil()
	case reflect.Slice:
		shown := make([]any, value.Len())
		for index := range shown {
			shown[index], _ = show(value.Index(index))
		}
		return shown, !value.IsNil()
	default:
		return value.Interface(), !value.IsZero()
	}
}

func showStruct(value reflect.Value) (map[string]any, bool) {
	if bytes := value.FieldByName("Bytes"); bytes.IsValid() {
		if percentage := value.FieldByName("Percentage"); !percentage.IsZero() {
			return showNumber("percent", percentage)
		}
		return showNumber("bytes", bytes)
	}
	if value.NumField() == 1 && value.Type().Field(0).Type == duration {
		return showNumber("nanoseconds", value.Field(0))
	}
	shown := map[string]any{}
	for index := 0; index < value.NumField(); index++ {
		field := value.Type().Field(index)
		said, isSet := show(value.Field(index))
		if inner, isStruct := said.(map[string]any); field.Anonymous && isStruct {
			for key, innerSaid := range inner {
				shown[key] = innerSaid
			}
		} else if isSet {
			shown[nameOf(field)] = said
		}
	}
	return shown, len(shown) > 0
}

func showNumber(unit string, number reflect.Value) (map[string]any, bool) {
	return map[string]any{unit: strconv.FormatInt(number.Int(), 10)}, !number.IsZero()
}

// nameOf returns the name of a field in the file, without the options in its tag.
func nameOf(field reflect.StructField) string {
	tag, isToml := field.Tag.Lookup("toml")
	if !isToml {
		tag = field.Tag.Get("json")
	}
	name, _, _ := strings.Cut(tag, ",")
	return name
}
