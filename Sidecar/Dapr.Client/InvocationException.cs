namespace Dapr.Client;

/// <summary>Calling another application failed: it could not be reached, or it answered with an error status.</summary>
public class InvocationException : DaprException
{
    /// <summary>Makes an exception for one failed call.</summary>
    /// <param name="appId">The application called; null when the request did not say.</param>
    /// <param name="methodName">The method called; null when the request did not say.</param>
    /// <param name="innerException">What went wrong.</param>
    /// <param name="response">The answer, when there was one.</param>
    public InvocationException(string? appId, string? methodName, Exception? innerException, HttpResponseMessage? response)
        : base($"Calling method '{methodName}' of app '{appId}' failed.", innerException)
    {
        AppId = appId ?? "unknown";
        MethodName = methodName ?? "unknown";
        Response = response!;
    }

    /// <summary>The application called, or <c>unknown</c>.</summary>
    public string AppId { get; }

    /// <summary>The method called, or <c>unknown</c>.</summary>
    public string MethodName { get; }

    /// <summary>The answer; null when there was none.</summary>
    public HttpResponseMessage Response { get; }
}
