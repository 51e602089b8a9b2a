"""All that a city keeps, as one archive that another installation takes in; and its removal."""
