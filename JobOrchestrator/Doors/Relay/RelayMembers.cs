using System.Runtime.InteropServices;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>
/// The members of one job in a body. One that is missing or of the wrong type ends the request with 422; others are ignored.
/// </summary>
internal readonly struct RelayMembers
{
    private readonly JsonElement _job;
    private readonly string _place;
    private readonly int _valueBytesMax;

    private RelayMembers(JsonElement job, string place, int valueBytesMax) => (_job, _place, _valueBytesMax) = (job, place, valueBytesMax);

    /// <summary>The job as it is written.</summary>
    public ReadOnlySpan<byte> Utf8 => JsonMarshal.GetRawUtf8Value(_job);

    /// <exception cref="ProblemException">It is no object.</exception>
    public static RelayMembers Of(JsonElement job, string place, int valueBytesMax) =>
        job.ValueKind == JsonValueKind.Object ? new RelayMembers(job, place, valueBytesMax) : throw Refused(place, "expected a job");

    /// <summary>422: readable, but not what is wanted.</summary>
    public static ProblemException Refused(string place, string why) =>
        new(new Problem(
            ProblemType.InvalidRequest,
            $"Failed to deserialize the JSON body into the target type: {(place.Length == 0 ? "" : place + ": ")}{why}"));

    public string Queue() => NamePool.Get(Name("queue", BodyReader.NameMax));

    public string Id() => Name("id", BodyReader.KeyMax);

    /// <summary>A whole number that has to be there.</summary>
    public long Whole(string member, long min, long max) => Required(member) is var value && IsWhole(value, min, max, out long number)
        ? number
        : throw Refused(Place(member), $"expected a whole number from {min} to {max}");

    /// <summary>A whole number, or the default when it is not there.</summary>
    public long WholeOr(long absent, string member, long min, long max) =>
        _job.TryGetProperty(member, out _) ? Whole(member, min, max) : absent;

    /// <summary>A whole number; null is as good as none.</summary>
    public long? WholeOrNull(string member, long min, long max) => IsAbsent(member, out _) ? null : Whole(member, min, max);

    public bool FlagOrFalse(string member) =>
        _job.TryGetProperty(member, out JsonElement value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Refused(Place(member), "expected a boolean"));

    /// <summary>Any JSON that has to be there, be it null.</summary>
    public JsonText? Any(string member)
    {
        Required(member);
        return AnyOrNull(member);
    }

    /// <summary>Any JSON; null is as good as none.</summary>
    public JsonText? AnyOrNull(string member)
    {
        if (IsAbsent(member, out JsonElement value))
        {
            return null;
        }

        ReadOnlySpan<byte> utf8 = JsonMarshal.GetRawUtf8Value(value);
        RelayBody.RequireSize(Place(member), utf8.Length, _valueBytesMax);
        return JsonText.Of(utf8.ToArray());
    }

    /// <summary>
    /// The time before which the job does not run, in one of the forms that the generation takes; null is as good as none.
    /// </summary>
    public DateTimeOffset? RunAt(Func<JsonElement, DateTimeOffset?> parse) =>
        IsAbsent("run_at", out JsonElement value) ? null : parse(value) ?? throw Refused(Place("run_at"), "expected a timestamp");

    private static bool IsWhole(JsonElement value, long min, long max, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number >= min && number <= max;
    }

    private string Name(string member, int max)
    {
        JsonElement value = Required(member);
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refused(Place(member), "expected a string");
        return text.Length is > 0 && text.Length <= max && !text.Any(char.IsControl)
            // Both stand in paths, of which whatever sends a request takes such segments out.
            ? text is not ("." or "..") ? text : throw Refused(Place(member), "no path can have . or .. in it")
            : throw Refused(Place(member), $"expected 1 to {max} characters, no control characters");
    }

    private JsonElement Required(string member) =>
        _job.TryGetProperty(member, out JsonElement value) ? value : throw Refused(_place, $"missing field `{member}`");

    private bool IsAbsent(string member, out JsonElement value) =>
        !_job.TryGetProperty(member, out value) || value.ValueKind == JsonValueKind.Null;

    private string Place(string member) => _place.Length == 0 ? member : $"{_place}.{member}";
}
