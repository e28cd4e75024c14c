package scalers

// KEDA declares this constant in the scaler of a cloud service, which isn't part of this build.
const externalMetricType = "External"
