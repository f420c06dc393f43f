"""AutoMaatje: asking for a ride, planning a day, promises of drivers, results and money."""
