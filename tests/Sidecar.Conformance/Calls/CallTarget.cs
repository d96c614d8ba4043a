namespace Sidecar.Conformance.Calls;

/// <summary>The addresses of a sidecar.</summary>
internal sealed record CallTarget(Uri Http, Uri Grpc, string? ApiToken);
