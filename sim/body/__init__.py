"""From tip to effect: canal, blood, effect sites."""
