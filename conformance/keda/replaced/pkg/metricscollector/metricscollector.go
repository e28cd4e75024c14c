// Package metricscollector replaces KEDA's package for its own metrics, which takes most of the build time.
package metricscollector

import "net/http"

// CloseableRoundTripper is the part of http.Transport that KEDA uses.
type CloseableRoundTripper interface {
	http.RoundTripper
	CloseIdleConnections()
}

// NewInstrumentedRoundTripper counts nothing.
func NewInstrumentedRoundTripper(next http.RoundTripper) http.RoundTripper { return next }

// NewInstrumentedRoundTripperWithCloseIdleConnections counts nothing.
func NewInstrumentedRoundTripperWithCloseIdleConnections(next http.RoundTripper) CloseableRoundTripper {
	return next.(CloseableRoundTripper)
}
