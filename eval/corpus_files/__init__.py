"""The files of ``eval/corpus/c``: readable sources, and what renders them as office programs would."""
