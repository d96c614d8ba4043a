using Grpc.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Microsoft.AspNetCore.Http.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>What each way to fail means, row by row, by both clients and against a real server that fails so.</summary>
public sealed class SidecarFailureTests
{
    private const string Refused = nameof(RefusedException);
    private const string Unclear = nameof(UnclearException);

    public static TheoryData<StatusCode, string> Codes => new()
    {
        { StatusCode.InvalidArgument, Refused },
        { StatusCode.NotFound, Refused },
        { StatusCode.AlreadyExists, Refused },
        { StatusCode.PermissionDenied, Refused },
        { StatusCode.Unauthenticated, Refused },
        { StatusCode.ResourceExhausted, Refused },
        { StatusCode.FailedPrecondition, Refused },
        { StatusCode.Aborted, Refused },
        { StatusCode.OutOfRange, Refused },
        { StatusCode.Unimplemented, Refused },
        { StatusCode.Cancelled, Unclear },
        { StatusCode.Unknown, Unclear },
        { StatusCode.DeadlineExceeded, Unclear },
        { StatusCode.Unavailable, Unclear },
        { StatusCode.DataLoss, Unclear },
    };

    /// <summary>Ways in which a call that has arrived gets no answer of the sidecar's.</summary>
    public static TheoryData<string> Breaks => [.. Broken.Keys];

    private static Dictionary<string, RequestDelegate> Broken { get; } = new()
    {
        ["stream reset before the headers"] = http => ResetAsync(http, 2),
        ["stream reset after the headers"] = async http =>
        {
            await GrpcServer.BeginAsync(http);
            await ResetAsync(http, 2);
        },
        ["stream cancelled"] = http => ResetAsync(http, 8),
        ["connection cut before the headers"] = http =>
        {
            GrpcServer.Cut(http);
            return Task.CompletedTask;
        },
        ["connection cut after the headers"] = async http =>
        {
            await GrpcServer.BeginAsync(http);
            GrpcServer.Cut(http);
        },
        ["connection cut within the message"] = async http =>
        {
            await GrpcServer.BeginMessageAsync(http);
            GrpcServer.Cut(http);
        },
        ["end after the headers, no trailers"] = GrpcServer.BeginAsync,
        ["end within the message, no trailers"] = GrpcServer.BeginMessageAsync,
        ["end within the message, OK"] = async http =>
        {
            await GrpcServer.BeginMessageAsync(http);
            http.Response.AppendTrailer("grpc-status", "0");
        },
        ["a proxy's 500"] = http => PageAsync(http, 500),
        ["a proxy's 502"] = http => PageAsync(http, 502),
        ["a proxy's 503"] = http => PageAsync(http, 503),
        ["a proxy's 504"] = http => PageAsync(http, 504),
        ["a proxy's page"] = http => PageAsync(http, 200),
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Answer_InTrailers_MeansByItsCode(StatusCode code, string meaning)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.FailAsync(http, code, "No, as I said."));

        await AssertAsync(sidecar.Address, meaning, TextOf(code));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Answer_InTrailersOnly_MeansByItsCode(StatusCode code, string meaning)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.FailAtOnceAsync(http, code, "No, as I said."));

        await AssertAsync(sidecar.Address, meaning, TextOf(code));
    }

    /// <summary>
    /// F17: an error of the store proves nothing: the store may carry the write out a moment later. A message that was answered with one
    /// is not out.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_IsAnErrorOfTheStore_IsUnclearForAWriteAndSaysThatItWasAnswered(bool atOnce)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => atOnce
            ? GrpcServer.FailAtOnceAsync(http, StatusCode.Internal, "i/o timeout")
            : GrpcServer.FailAsync(http, StatusCode.Internal, "i/o timeout"));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        UnclearException stored = Assert.IsType<UnclearException>(await FailureAsync(() => TransactAsync(store)));
        Exception published = await FailureAsync(() => PublishAsync(Clients.Events(sidecar.Address)));

        Assert.Equal((true, "Internal: i/o timeout"), (stored.IsAnswer, stored.Message));
        Assert.IsType<RefusedException>(published);
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Answer_IsNone_IsUnclear(string how)
    {
        int arrived = 0;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http =>
        {
            Interlocked.Increment(ref arrived);
            return Broken[how](http);
        });

        await AssertAsync(sidecar.Address, Unclear, "");
        Assert.InRange(arrived, 2, int.MaxValue);
    }

    [Fact]
    public async Task NobodyListens_IsNeverSent() =>
        await AssertAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), nameof(NeverSentException), "refused");

    [Fact]
    public async Task ServerIsGone_SinceTheLastCall_IsNeverSent()
    {
        GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.FailAsync(http, StatusCode.Internal, "No."));
        using GrpcStateStore store = Clients.Store(sidecar.Address);
        await Assert.ThrowsAsync<UnclearException>(() => TransactAsync(store));
        await sidecar.DisposeAsync();

        Func<Task<Exception>> call = () => FailureAsync(() => TransactAsync(store));
        Exception failure = await Eventually.ValueAsync<Exception>(
            call, seen => seen is NeverSentException, "the connection is known to be gone");

        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ServerIsStopped_DuringTheCall_IsUnclear()
    {
        var arrived = new TaskCompletionSource();
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);
        Task call = TransactAsync(store);
        await arrived.Task;

        await sidecar.DisposeAsync();

        await Assert.ThrowsAsync<UnclearException>(() => call);
    }

    [Fact]
    public async Task TokenFires_DuringTheCall_IsCancellation()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        using GrpcStateStore store = Clients.Store(sidecar.Address);
        DaprEventBus bus = Clients.Events(sidecar.Address);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.TransactAsync([new StateOperation("k", [1])], "p", gone.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.PublishAsync("t", [Clients.Event("{}")], gone.Token));
    }

    [Fact]
    public async Task SidecarIsFrozen_TheLimitEndsTheCallAndItIsUnclear()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        var limit = TimeSpan.FromMilliseconds(300);
        using GrpcStateStore store = Clients.Store(sidecar.Address, limit);
        DaprEventBus bus = Clients.Events(sidecar.Address, limit);

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => store.GetAsync("k", "p", CancellationToken.None),
            () => store.GetManyAsync(["k"], "p", CancellationToken.None),
            () => store.TrySaveAsync("k", [1], "1", "p", CancellationToken.None),
            () => store.TrySaveAsync("k", [1], null, "p", CancellationToken.None),
            () => TransactAsync(store),
            () => PublishAsync(bus),
        })
        {
            UnclearException failure = await Assert.ThrowsAsync<UnclearException>(call);
            Assert.Equal("The sidecar did not answer within 0.3 s.", failure.Message);
        }
    }

    /// <summary>What the log says: the sidecar's own words, unless the clients keep them to themselves.</summary>
    private static string TextOf(StatusCode code) => code switch
    {
        StatusCode.DeadlineExceeded => "its own time ran out",
        StatusCode.Unimplemented => "", // Dapr's client has a sentence of its own for a publish
        _ => $"{code}: No, as I said.",
    };

    private static async Task AssertAsync(Uri sidecar, string meaning, string text)
    {
        using GrpcStateStore store = Clients.Store(sidecar);
        DaprEventBus bus = Clients.Events(sidecar);

        Exception stored = await FailureAsync(() => TransactAsync(store));
        Exception published = await FailureAsync(() => PublishAsync(bus));

        Assert.All([stored, published], failure =>
        {
            Assert.Equal(meaning, failure.GetType().Name);
            Assert.Contains(text, failure.Message, StringComparison.OrdinalIgnoreCase);
        });
    }

    private static Task TransactAsync(GrpcStateStore store) =>
        store.TransactAsync([new StateOperation("k", [1])], "p", CancellationToken.None);

    private static Task PublishAsync(DaprEventBus bus) => bus.PublishAsync("t", [Clients.Event("{}")], CancellationToken.None);

    private static async Task<Exception> FailureAsync(Func<Task> call) =>
        await Record.ExceptionAsync(call) ?? throw new InvalidOperationException("The call succeeded.");

    private static Task ResetAsync(HttpContext http, int code)
    {
        http.Features.Get<IHttpResetFeature>()!.Reset(code);
        return Task.CompletedTask;
    }

    private static Task PageAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html";
        return http.Response.WriteAsync("<html><body>Trouble.</body></html>");
    }
}
