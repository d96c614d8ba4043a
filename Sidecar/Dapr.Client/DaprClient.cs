using System.Text.Json;

namespace Dapr.Client;

/// <summary>
/// An application's way to its sidecar: state, publishing, secrets, metadata, health, calling other applications.
/// Made by <see cref="DaprClientBuilder"/> or <c>AddDaprClient</c>; safe for use by many threads; make one and keep it.
/// Failures are <see cref="DaprException"/>; a cancelled token is <see cref="OperationCanceledException"/>.
/// </summary>
public abstract partial class DaprClient : IDisposable
{
    private bool _disposed;

    /// <summary>How values are written and read.</summary>
    public abstract JsonSerializerOptions JsonSerializerOptions { get; }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            Dispose(disposing: true);
            _disposed = true;
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connections of an implementation.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
