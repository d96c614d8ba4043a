using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

public sealed class CallStreamTests
{
    [Fact(Timeout = Deadlines.OfTest)]
    public async Task Send_NobodyListens_FailsAndTheStreamHasEnded()
    {
        using CallConnection calls = new(new Uri($"http://127.0.0.1:{Ports.Free(1)[0]}"));
        using CallStream stream = calls.Open(StreamReplay.Method, metadata: null);
        Task<byte[]?> receiving = stream.ReceiveAsync();

        await Assert.ThrowsAsync<IOException>(() => stream.SendAsync([]).WaitAsync(TestContext.Current.CancellationToken));

        Assert.Null(await receiving.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(14, stream.End!.Code);
    }
}
