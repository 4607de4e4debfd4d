"""The benchmarks: each figure that the documents give has its script here. README.md says how to add one."""
