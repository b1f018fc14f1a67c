"""What the benchmarks of the published database share: a release as large as France."""
