using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>
/// Tickets: what a page keeps for a person in place of an API key, <c>v1.{key id}.{expires}.{nonce}.{HMAC}</c>. The key of the HMAC is
/// derived from the API key, so that every replica can check a ticket, nothing is stored, and a ticket is gone when its key is.
/// </summary>
/// <remarks>
/// Whoever holds a ticket can try keys against it without asking the service, as whoever holds a signed text can: keys are long and
/// random.
/// </remarks>
internal sealed class Tickets
{
    /// <summary>No ticket is taken for longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>So much may the clocks of two replicas differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private const string Start = "v1.";
    private const int IdBytes = 9;
    private const int TicketMax = 256;

    private readonly TicketKey[] _keys;
    private readonly Randomness _randomness;
    private readonly TimeProvider _time;

    public Tickets(IOptions<ApiOptions> options, Randomness randomness, TimeProvider time)
    {
        _keys = [.. options.Value.Keys.Select(key => new TicketKey(key))];
        (_randomness, _time) = (randomness, time);
    }

    /// <summary>Whether this is meant to be a ticket.</summary>
    public static bool IsMeant(string sent) => sent.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>A ticket with the rights of a key.</summary>
    /// <param name="of">One of the keys in the settings.</param>
    /// <param name="lifetime">For how long; more than <see cref="Longest"/> is that.</param>
    /// <param name="expires">When it ends, to the second.</param>
    public string Issue(ApiKeyOptions of, TimeSpan lifetime, out DateTimeOffset expires)
    {
        TicketKey key = _keys.First(known => known.Rights == of);
        long end = (_time.GetUtcNow() + (lifetime < Longest ? lifetime : Longest)).ToUnixTimeSeconds();
        expires = DateTimeOffset.FromUnixTimeSeconds(end);
        string said = $"{Start}{key.Id}.{end.ToString(CultureInfo.InvariantCulture)}.{_randomness.NextToken()}";
        return $"{said}.{Base64Url.EncodeToString(key.Sign(said))}";
    }

    /// <summary>Who comes with a ticket.</summary>
    /// <param name="ticket">What was sent.</param>
    /// <param name="why">Why it is not taken.</param>
    /// <returns>Null: it is not taken.</returns>
    public Caller? Find(string ticket, out string why)
    {
        why = "The ticket is none of this service.";
        string[] parts = ticket.Length > TicketMax ? [] : ticket.Split('.');
        if (parts is not [_, var id, var end, _, var signature]
            || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        if (Array.Find(_keys, known => known.Id == id) is not { } key)
        {
            why = Array.Exists(_keys, known => known.IsOfOneName(id))
                ? "The key that the ticket was made of has been changed. Sign in with the new one."
                : "The key that the ticket was made of is not, or no longer, there.";
            return null;
        }

        Span<byte> sent = stackalloc byte[TicketMax];
        if (Base64Url.DecodeFromChars(signature, sent, out _, out int length) != OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(sent[..length], key.Sign(ticket[..ticket.LastIndexOf('.')])))
        {
            return null;
        }

        // Only now is it known that the time in it is one that the service said.
        var expires = DateTimeOffset.FromUnixTimeSeconds(seconds);
        DateTimeOffset now = _time.GetUtcNow();
        if (expires <= now)
        {
            why = $"The ticket ran out at {expires.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}. Sign in again.";
            return null;
        }

        if (expires - now > Longest + Skew)
        {
            why = $"The ticket is for longer than the {Longest.TotalHours:0} hours that one may be for.";
            return null;
        }

        return Caller.Of(key.Rights, Credential.Ticket, expires);
    }

    /// <summary>An API key as tickets see it.</summary>
    private sealed class TicketKey(ApiKeyOptions key)
    {
        private readonly byte[] _signing = Derive(key.Key, "JobOrchestrator ticket v1: HMAC", SHA256.HashSizeInBytes);

        public ApiKeyOptions Rights => key;

        /// <summary>
        /// Two texts in one, by the name and by the secret: what is left of the first when the second has changed tells these two apart.
        /// </summary>
        public string Id { get; } = OfName(key.Name) + Base64Url.EncodeToString(Derive(key.Key, "JobOrchestrator ticket v1: id", IdBytes));

        public bool IsOfOneName(string id) => id.StartsWith(OfName(key.Name), StringComparison.Ordinal) && id.Length == Id.Length;

        public byte[] Sign(string said) => HMACSHA256.HashData(_signing, Encoding.UTF8.GetBytes(said));

        private static string OfName(string name) =>
            Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, IdBytes));

        private static byte[] Derive(string secret, string purpose, int length) => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), length, salt: [], Encoding.UTF8.GetBytes(purpose));
    }
}
