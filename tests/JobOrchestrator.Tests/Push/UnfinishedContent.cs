using System.Net;
using System.Text;

namespace JobOrchestrator.Tests.Push;

/// <summary>A body of spaces that stays open until the test ends it.</summary>
internal sealed class UnfinishedContent : HttpContent
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _bytes;

    public UnfinishedContent(int bytes)
    {
        _bytes = Encoding.ASCII.GetBytes(new string(' ', bytes));
        Headers.ContentType = new("application/json");
    }

    /// <summary>Ends when the service has read all of it but the little that a connection's buffer takes (64 KB).</summary>
    public Task Written => _written.Task;

    public void End() => _end.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_bytes);
        await stream.FlushAsync();
        _written.TrySetResult();
        await _end.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
