using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>Says in one sentence what a failed request means and what to do.</summary>
internal static class Trouble
{
    /// <summary>Whether it is how a serverless account answers a question about throughput.</summary>
    public static bool IsServerless(CosmosException exception) =>
        exception.StatusCode == HttpStatusCode.BadRequest && exception.Message.Contains("serverless", StringComparison.OrdinalIgnoreCase);

    /// <summary>The sentence, or null for an exception that is our own bug.</summary>
    public static string? Sentence(Exception exception, StoreTarget target) => exception switch
    {
        CosmosException { StatusCode: HttpStatusCode.Unauthorized } =>
            $"Cosmos DB refuses the key (401): {target.KeyPlace} is not a key of {Host(target)}, "
            + "or is a read-only one, or this machine's clock is wrong.",
        CosmosException { StatusCode: HttpStatusCode.Forbidden } refusal =>
            $"Cosmos DB takes the key and forbids the request all the same (403): {Words(refusal)} Mostly it is the account's firewall, "
            + "its limit of throughput, or that keys may not make databases (disableKeyBasedMetadataWriteAccess).",
        CosmosException { StatusCode: HttpStatusCode.TooManyRequests } =>
            "Cosmos DB has too many requests (429) and still had after some waiting. Try again in a minute; nothing is half done.",
        CosmosException refusal when IsServerless(refusal) =>
            "The account is a serverless one, which takes no throughput: set COSMOS_THROUGHPUT=serverless.",
        CosmosException { StatusCode: HttpStatusCode.PreconditionFailed } =>
            "Somebody else has changed the container meanwhile (412). Try again.",
        CosmosException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.ServiceUnavailable } => NoAnswer(target),
        CosmosException refusal => $"Cosmos DB answered {(int)refusal.StatusCode}: {Words(refusal)}",
        HttpRequestException { StatusCode: { } status } =>
            $"{Host(target)} answered {(int)status} and seems not to be Cosmos DB; see url in {target.File}.",
        HttpRequestException or SocketException or AuthenticationException => Unreachable(exception, target),
        OperationCanceledException or TimeoutException => NoAnswer(target),
        _ => null,
    };

    private static string Unreachable(Exception exception, StoreTarget target)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException)
            {
                return Certificate(inner, target);
            }

            if (inner is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
            {
                return $"There is no host {target.Url.Host}; see url in {target.File}.";
            }

            if (inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                string advice = target.IsLocal ? ": is the emulator running?" : $"; see url in {target.File}.";
                return $"Nothing listens on {Host(target)}{advice}";
            }
        }

        return $"{Host(target)} cannot be reached: {exception.Message}";
    }

    private static string Certificate(Exception exception, StoreTarget target) => target.IsLocal
        ? $"The certificate of {Host(target)} is not trusted here. An emulator signs its own: put it among those that this machine trusts "
            + "(components/cosmos/README.md has the commands). daprd needs that as much as this program, so neither looks away."
        : $"The certificate of {Host(target)} is not trusted here: {exception.Message}";

    private static string NoAnswer(StoreTarget target) =>
        $"{Host(target)} does not answer in time. Is it up, and no firewall in between? An emulator takes minutes to start.";

    private static string Host(StoreTarget target) => target.Url.GetLeftPart(UriPartial.Authority);

    /// <summary>The service's own words, the first line of them; the rest are ids for its makers.</summary>
    private static string Words(CosmosException exception)
    {
        const string Label = "message : ";
        string text = exception.ResponseBody is { Length: > 0 } body ? body : exception.Message;
        int start = text.IndexOf(Label, StringComparison.Ordinal);
        string words = (start < 0 ? text : text[(start + Label.Length)..]).Split('\n')[0].Trim();
        return words.EndsWith('.') ? words : words + ".";
    }
}
