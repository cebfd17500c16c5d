"""Siblings built on learning; none knows another, and leaving one out leaves a working application."""
