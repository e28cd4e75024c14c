package scalers

// The type is declared in the scaler of a cloud service.
const externalMetricType = "External"
