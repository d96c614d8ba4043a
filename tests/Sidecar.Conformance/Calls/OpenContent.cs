using System.Net;

namespace Sidecar.Conformance.Calls;

/// <summary>A request body that is written as one goes along.</summary>
internal sealed class OpenContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="IOException">The request has ended before it was sent, for nobody listens for instance.</exception>
    public async Task WriteAsync(byte[] bytes)
    {
        if (await Task.WhenAny(_opened.Task, _completed.Task) != _opened.Task)
        {
            throw new IOException("The request was never sent.");
        }

        Stream stream = await _opened.Task;
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    public void Complete() => _completed.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The request's headers go out with the first flush.
        await stream.FlushAsync();
        _opened.SetResult(stream);
        await _completed.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
