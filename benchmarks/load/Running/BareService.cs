namespace Load;

/// <summary>The bare endpoint as a process, driven as the suite is.</summary>
internal sealed class BareService : IAsyncDisposable
{
    private const int WarmCallers = 64;

    private readonly Child _process;
    private readonly int _port;

    private BareService(Child process, int port)
    {
        _process = process;
        _port = port;
    }

    public static async Task<BareService> StartAsync()
    {
        int port = Ports.Free(1)[0];
        var process = Child.Start(
            "bare", typeof(Bare).Assembly.Location, AppContext.BaseDirectory, [Bare.Argument, Ports.Text(port)],
            [("DOTNET_gcServer", "1")]);
        try
        {
            await Readiness.WaitAsync(port, Bare.ReadyPath);
            return new BareService(process, port);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task WarmAsync(double seconds) => DriveAsync(WarmCallers, seconds);

    /// <summary>A job's submission by so many callers.</summary>
    public async Task<Driven> DriveAsync(int callers, double seconds)
    {
        using var loop = new ClosedLoop(_port, callers, static async caller =>
        {
            await caller.Connection.DemandAsync(Texts.Submission);
            return new Turn(1, 1);
        });
        return await loop.RunAsync(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>The same at a pace, milliseconds, sorted.</summary>
    public Task<double[]> PaceAsync(TimeSpan every, double seconds) =>
        Paced.RunAsync(_port, Texts.Submission, every, TimeSpan.FromSeconds(seconds));

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
