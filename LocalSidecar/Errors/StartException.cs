namespace LocalSidecar.Errors;

/// <summary>Something that keeps the sidecar from starting. The message is one line that a user can act on.</summary>
public sealed class StartException(string message) : Exception(message);
