using System.Net.Sockets;
using LocalSidecar.Apps;
using LocalSidecar.Errors;

namespace LocalSidecar.Invoke;

/// <summary>Calls of one app to the apps of this process, itself included.</summary>
/// <param name="caller">The app whose sidecar it is.</param>
/// <param name="apps">All of them, by id; several instances of one app among them.</param>
internal sealed class Invocation(App caller, ILookup<string, App> apps)
{
    /// <summary>The app of a name, with or without <c>.default</c> behind it; of several instances one that listens.</summary>
    /// <exception cref="FailureException">There is none, or it is one that only calls.</exception>
    public App Find(string name)
    {
        if (name.Length == 0)
        {
            throw Failed(name, "app id is empty");
        }

        string id = name.EndsWith(".default", StringComparison.Ordinal) ? name[..^8] : name;
        App? callee = apps[id].FirstOrDefault(static instance => instance.Channel.WhenUp.IsCompleted) ?? apps[id].FirstOrDefault();
        return callee is { Channel.BaseUri: not null } ? callee : throw Failed(name, "no host found with the given ID");
    }

    /// <summary>Sends a call. The answer comes when its headers do; its body can be read as a stream.</summary>
    /// <param name="name">The app's name as the caller gave it.</param>
    /// <param name="callee">Found by that name.</param>
    /// <param name="request">Its URI is an address of the callee's; the headers that tell who calls are added here.</param>
    /// <param name="host">The name under which the caller spoke to its sidecar; may be empty.</param>
    /// <param name="traceParent">Of the caller's trace; empty without one.</param>
    /// <param name="packing">Whether the answer passes compressed.</param>
    /// <param name="cancellationToken">Ends when the caller has left.</param>
    /// <exception cref="FailureException">The app could not be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        string name,
        App callee,
        HttpRequestMessage request,
        string host,
        string traceParent,
        Packing packing,
        CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("Traceparent", traceParent.Length > 0 ? traceParent : AppChannel.NoTrace);
        Say(request, "dapr-caller-app-id", caller.Id);
        Say(request, "dapr-caller-namespace", "default");
        Say(request, "dapr-callee-app-id", callee.Id);
        if (callee != caller)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", host);
            request.Headers.TryAddWithoutValidation("Forwarded", $"for=127.0.0.1;by=127.0.0.1;host={host}");
        }

        try
        {
            return packing == Packing.AsItIs
                ? await callee.Channel.InvokeAsync(request, cancellationToken)
                : await callee.Channel.SendAsync(request, cancellationToken);
        }
        catch (Exception problem) when (problem is HttpRequestException or ObjectDisposedException)
        {
            throw Failed(name, IsRefused(problem) ? Refused(request) : problem.Message);
        }
    }

    private static bool IsRefused(Exception problem) =>
        problem is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    /// <summary>That nothing listens there, in the words of daprd's HTTP client.</summary>
    private static string Refused(HttpRequestMessage request)
    {
        string verb = request.Method.Method;
        Uri address = request.RequestUri!;
        string word = verb[..1] + verb[1..].ToLowerInvariant();
        return $"{word} \"{address.AbsoluteUri}\": dial tcp {address.Authority}: connect: connection refused";
    }

    /// <summary>Only the sidecar says who calls whom: what the caller claims does not count.</summary>
    private static void Say(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>What is said when a call does not get through.</summary>
    public static FailureException Failed(string name, string problem) =>
        new(new Failure(FailureKind.Invoke, $"failed to invoke, id: {name}, err: {problem}"));
}

/// <summary>What becomes of an answer that the app compressed.</summary>
internal enum Packing
{
    /// <summary>It passes as it is, for a caller who can unpack it.</summary>
    AsItIs,

    /// <summary>It is asked for compressed, and unpacked.</summary>
    Unpacked,
}
