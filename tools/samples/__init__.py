"""The parts of the invented hospital upload in sample_data/."""
