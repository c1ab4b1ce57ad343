"""Decides what to say to a person. Functions from state, turn and library to a step; no input or output."""
