namespace LocalSidecar.Errors;

/// <summary>
/// Why a request is refused, as a value that knows no API: HTTP writes it as a status, an <c>errorCode</c> and a
/// message, gRPC as a code and the details of <c>google.rpc</c>.
/// </summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">A sentence that names the store, topic, key or app and the reason; the same in every API.</param>
internal sealed record Failure(FailureKind Kind, string Message)
{
    /// <summary>
    /// The stable word of <c>ErrorInfo</c>; null when the failure has no details in any API. The words that begin with
    /// <c>ERR_</c> are daprd's older ones: HTTP says them as <c>errorCode</c> and has no details with them.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The metadata of <c>ErrorInfo</c>.</summary>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>Which component it is about, where daprd says so (<c>ResourceInfo</c>).</summary>
    public FailedResource? Resource { get; init; }

    /// <summary>The part of the request that is wrong, such as the key, where daprd says so (<c>BadRequest</c>).</summary>
    public string? Field { get; init; }
}

/// <summary>A component that a failure is about.</summary>
/// <param name="Type"><c>state</c> or <c>pubsub</c>.</param>
/// <param name="Name">The component's name.</param>
/// <param name="Description">May be empty.</param>
internal sealed record FailedResource(string Type, string Name, string Description);

/// <summary>A failure on its way to the API that the request came by.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
