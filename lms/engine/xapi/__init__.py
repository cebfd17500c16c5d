"""xAPI: vocabulary, names, building, validation, comparison."""
