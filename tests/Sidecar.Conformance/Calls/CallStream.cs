namespace Sidecar.Conformance.Calls;

/// <summary>A call whose both directions stay open.</summary>
internal sealed class CallStream(Task<HttpResponseMessage> response, OpenContent content, CancellationTokenSource cancellation)
    : IDisposable
{
    private Stream? _body;

    /// <summary>How it ended; null while it has not.</summary>
    public CallReply? End { get; private set; }

    public Task SendAsync(byte[] message) => content.WriteAsync(Frames.Frame(message));

    public void CloseSend() => content.Complete();

    public void Cancel() => cancellation.Cancel();

    /// <summary>The next message; null at the end, with <see cref="End"/> set.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        try
        {
            HttpResponseMessage answer = await response;
            _body ??= await answer.Content.ReadAsStreamAsync(cancellation.Token);
            if (await Frames.ReadAsync(_body, cancellation.Token) is { } message)
            {
                return message;
            }

            End = CallConnection.Reply(answer, []);
        }
        catch (OperationCanceledException)
        {
            End = CallReply.Failed(1, "context canceled");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            End = CallConnection.Failed(failure);
        }

        content.Complete();
        return null;
    }

    public void Dispose() => cancellation.Cancel();
}
