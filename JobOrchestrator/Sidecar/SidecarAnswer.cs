using System.Net.Sockets;
using Dapr;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>Tells what a failed request to the sidecar means. Nothing but the adapters knows the client's exceptions.</summary>
internal static class SidecarAnswer
{
    /// <summary>Waits for a call and turns its failure into what it means; a caller's cancellation stays one.</summary>
    public static async Task ClassifiedAsync(Task call, CancellationToken cancellationToken)
    {
        try
        {
            await call;
        }
        catch (Exception exception) when (exception is not CallException && !cancellationToken.IsCancellationRequested)
        {
            throw Classify(exception);
        }
    }

    /// <inheritdoc cref="ClassifiedAsync(Task, CancellationToken)"/>
    public static async Task<T> ClassifiedAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        await ClassifiedAsync((Task)call, cancellationToken);
        return await call;
    }

    private static CallException Classify(Exception exception) =>
        IsUnreachable(exception) ? new NeverSentException($"The sidecar does not answer. {exception.Message}", exception)
        : IsAnswer(exception) ? new RefusedException(exception.Message, exception)
        : new UnclearException(exception.Message, exception);

    /// <summary>Whether the sidecar has answered, as against a connection that broke or time that ran out.</summary>
    private static bool IsAnswer(Exception exception)
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
    private static bool IsUnreachable(Exception? exception) =>
        exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
        || (exception?.InnerException is { } inner && IsUnreachable(inner));
}
