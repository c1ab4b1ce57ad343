"""Text in, meaning out: language, risk and topic of what people write. Pure: no input, no output, no clock."""
