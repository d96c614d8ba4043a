using System.Net.Sockets;
using Grpc.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// What a failed gRPC call to the sidecar means, decided here and nowhere else; the table and how each row comes about is in
/// <c>docs/decisions/0007-grpc-by-the-published-packages.md</c>.
/// </summary>
internal static class SidecarFailure
{
    // How stores, or the systems under them, say that there is no room left, or that they write nothing for now: files (also PostgreSQL's
    // and LocalSidecar's) on Linux and Windows, SQLite, Redis at its memory's bound, Redis that cannot save what it has.
    private static readonly string[] FullStores =
        ["no space left on device", "not enough space on the disk", "disk is full", "OOM command not allowed", "MISCONF "];

    /// <summary>The three meanings of a failure, with what is known of it as the message.</summary>
    public static CallException Of(Exception exception)
    {
        if (Chain(exception).OfType<RpcException>().FirstOrDefault() is not { } failure)
        {
            // An answered DeadlineExceeded is an OperationCanceledException, and its text is lost.
            bool isItsOwn = exception is OperationCanceledException;
            return new UnclearException(isItsOwn ? "The sidecar ended the call: its own time ran out." : exception.Message, exception);
        }

        if (IsNeverSent(failure))
        {
            return new NeverSentException($"The sidecar cannot be reached. {Text(failure)}", exception);
        }

        string text = Text(failure);
        if (!IsAnswer(failure))
        {
            return new UnclearException(text, exception);
        }

        return IsProof(failure.StatusCode) || IsBusy(text)
            ? new RefusedException(text, exception)
            {
                IsForNow = IsBusy(text),
                IsTooLarge = failure.StatusCode == StatusCode.ResourceExhausted,
            }
            : new UnclearException(text, exception) { IsAnswer = true, IsForNow = IsFull(text) };
    }

    /// <summary>
    /// The same of a publish. One message that the sidecar says no to is not out. Of several some may be: it tells a failure of any of
    /// them as one of the whole, and only what it refuses before it begins is refused. What may be taken later is refused for now.
    /// </summary>
    public static CallException OfPublish(Exception exception, int messages) => Of(exception) switch
    {
        RefusedException refused when messages > 1 && !IsRefusedBeforehand(refused) => new UnclearException(refused.Message, exception),
        UnclearException { IsAnswer: true } answered when messages == 1 =>
            new RefusedException(answered.Message, exception) { IsForNow = true },
        RefusedException { IsTooLarge: false, IsForNow: false } refused when !IsForGood(refused) =>
            new RefusedException(refused.Message, exception) { IsForNow = true },
        CallException other => other,
    };

    /// <summary>Whether an ETag was not the document's any more.</summary>
    public static bool IsConflict(RefusedException refused) => CodeOf(refused) == StatusCode.Aborted;

    /// <summary>The channel could not connect, so there was nothing to send the call by.</summary>
    private static bool IsNeverSent(RpcException failure) =>
        failure.Status.DebugException is SocketException
        || Chain(failure.Status.DebugException).Any(inner => inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused });

    /// <summary>
    /// The status came from the other end as it is, which shows by there being no exception behind it, and is none that a client, a proxy
    /// or a sidecar that has lost its own connection makes up.
    /// </summary>
    private static bool IsAnswer(RpcException failure) =>
        failure is
        {
            Status.DebugException: null, StatusCode: not
            (StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DataLoss)
        };

    /// <summary>
    /// Whether an answer proves that nothing was done and nothing is under way: what the sidecar says before it asks the store, and an
    /// ETag that was refused. An error of the store (INTERNAL) proves nothing: its own client may have timed out, and the store go on.
    /// </summary>
    private static bool IsProof(StatusCode code) => code is
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.PermissionDenied
        or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.OutOfRange
        or StatusCode.Unimplemented or StatusCode.Unauthenticated;

    /// <summary>
    /// Cosmos DB's 429, as its component words it: of the request, or of an operation of a batch. It has no code of its own in Dapr, and
    /// the component has tried three times more before it says so.
    /// </summary>
    private static bool IsBusy(string text) =>
        text.Contains("RESPONSE 429", StringComparison.Ordinal) || text.Contains("failed with status code 429", StringComparison.Ordinal);

    private static bool IsFull(string text) => Array.Exists(FullStores, said => text.Contains(said, StringComparison.OrdinalIgnoreCase));

    private static bool IsRefusedBeforehand(RefusedException refused) =>
        CodeOf(refused) is null or StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.PermissionDenied
            or StatusCode.FailedPrecondition or StatusCode.Unauthenticated or StatusCode.ResourceExhausted or StatusCode.Unimplemented;

    /// <summary>
    /// The topic is forbidden, or the request is wrong: the same publish is never taken. A component that is not there, a token that is
    /// wrong and a broker's own error concern every publish and are mended outside.
    /// </summary>
    private static bool IsForGood(RefusedException refused) =>
        CodeOf(refused) is StatusCode.PermissionDenied or StatusCode.OutOfRange
        || (CodeOf(refused) is StatusCode.InvalidArgument && !refused.Message.Contains("not found", StringComparison.Ordinal));

    private static StatusCode? CodeOf(CallException exception) => Chain(exception).OfType<RpcException>().FirstOrDefault()?.StatusCode;

    /// <summary>Dapr's client says "See InnerException for details." of everything; this is what there is to see.</summary>
    private static string Text(RpcException failure)
    {
        string text = $"{failure.StatusCode}: {failure.Status.Detail}";
        string? cause = Chain(failure.Status.DebugException).LastOrDefault()?.Message;
        return cause is null || text.Contains(cause, StringComparison.Ordinal) ? text : $"{text} {cause}";
    }

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
