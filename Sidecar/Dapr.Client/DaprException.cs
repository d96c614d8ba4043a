namespace Dapr;

/// <summary>
/// The sidecar refused a call, could not be reached or did not answer in time. The message holds the sidecar's own
/// text; the inner exception is the transport's (its <c>StatusCode</c> is the HTTP status when there was an answer).
/// </summary>
public class DaprException : Exception
{
    /// <summary>Makes an exception with a message alone.</summary>
    public DaprException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and what caused it.</summary>
    public DaprException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
