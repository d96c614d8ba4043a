using System.Net.Sockets;
using Dapr;

namespace JobOrchestrator.Sidecar;

/// <summary>Tells what a failed request to the sidecar means.</summary>
internal static class SidecarAnswer
{
    /// <summary>Whether the sidecar has answered, as against a connection that broke or time that ran out: then nothing is under way any more.</summary>
    public static bool IsAnswer(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException request)
            {
                return request.StatusCode is not null;
            }
        }

        return exception is DaprException;
    }

    /// <summary>Whether the connection was refused: nothing can have been done.</summary>
    public static bool IsUnreachable(Exception? exception) =>
        exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
        || (exception?.InnerException is { } inner && IsUnreachable(inner));
}
