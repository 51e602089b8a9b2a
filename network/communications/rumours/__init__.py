"""The register of false claims and rumours."""
