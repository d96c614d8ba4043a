namespace LocalSidecar.Log;

/// <summary>A commit that could not be written: nothing of it is visible, and nobody was told yes.</summary>
internal sealed class LogException(string message, Exception? inner) : IOException(message, inner);
