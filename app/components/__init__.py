"""What the browser draws itself, one Python door a component."""
