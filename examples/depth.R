# Depth scales in R, with nothing but base R. Set DROPLINE to ask another server.
api <- Sys.getenv("DROPLINE", "http://localhost:8787")
url <- paste0(api, "/v1/depth-scales.csv?activation=tanh&sigma_w2=1..4/13&sigma_b2=0.05&keep=0.95,1")
scales <- read.csv(url)
for (keep in unique(scales$keep)) {
  rows <- scales[scales$keep == keep, ]
  best <- rows[which.max(rows$xi_2), ]
  cat(sprintf("keep %.2f: xi_2 is largest at sigma_w2 = %.2f, %.1f layers\n", keep, best$sigma_w2, best$xi_2))
}
