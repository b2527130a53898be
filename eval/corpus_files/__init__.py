"""The office files of ``eval/corpus``: readable sources, and what renders them as office programs would."""
