using System.Text;
using System.Text.Json;
using LocalSidecar.Json;

namespace LocalSidecar.PubSub;

/// <summary>
/// The members of a cloud event on its way through the broker, their values one behind the other in one buffer. Of one thread at a time,
/// and used again by its next event: there is one for each event that is published.
/// </summary>
internal sealed class EventMembers
{
    // A large event's buffer is not kept.
    private const int KeptBytesMax = 256 << 10;

    // So few are looked through as fast as they are looked up.
    private const int FewMax = 32;

    // The names that events have, as they stand there.
    private static readonly (string Name, byte[] Utf8)[] Usual =
    [
        .. new[]
        {
            "data", "datacontenttype", "dataschema", "expiration", "id", "pubsubname", "source", "specversion", "subject", "time", "topic",
            "traceid", "traceparent", "tracestate", "type",
        }.Select(name => (name, Encoding.UTF8.GetBytes(name))),
    ];

    [ThreadStatic]
    private static EventMembers? s_ofThread;

    private readonly List<Member> _members = [];
    private Dictionary<string, int>? _places; // of many
    private ByteBuffer _values = new(1_024);

    private EventMembers()
    {
    }

    /// <summary>None yet.</summary>
    public static EventMembers Begin()
    {
        EventMembers members = s_ofThread ??= new EventMembers();
        members._members.Clear();
        members._places = null;
        if (members._values.Capacity > KeptBytesMax)
        {
            members._values = new ByteBuffer(1_024);
        }

        members._values.Clear();
        return members;
    }

    /// <summary>Takes an event's own, each value as Go writes it; of one that is there twice the last.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public void Read(ReadOnlySpan<byte> cloudEvent)
    {
        var reader = new Utf8JsonReader(cloudEvent, isFinalBlock: true, new JsonReaderState(GoJson.ReaderOptions));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a cloud event is a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = NameOf(reader.ValueSpan);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            int at = _values.Length;
            GoJson.Write(_values, cloudEvent[start..(int)reader.BytesConsumed], keepDigits: true);
            Set(name, at);
        }
    }

    /// <summary>A member has this text, whatever it had.</summary>
    public void Set(string name, string value)
    {
        int at = _values.Length;
        GoString.Write(_values, value);
        Set(name, at);
    }

    /// <summary>The same where there is none, or null.</summary>
    public void Default(string name, string value)
    {
        if (!Has(name))
        {
            Set(name, value);
        }
    }

    /// <summary>Whether there is one that is not null.</summary>
    public bool Has(string name) => PlaceOf(name) is >= 0 and var place && !ValueAt(place).SequenceEqual("null"u8);

    /// <summary>A member's value, which there is.</summary>
    public ReadOnlySpan<byte> ValueOf(string name) => ValueAt(PlaceOf(name));

    /// <summary>Writes the object, members in the order of their names.</summary>
    public void Write(ByteBuffer output)
    {
        _members.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        _places = null;
        output.Write((byte)'{');
        for (int i = 0; i < _members.Count; i++)
        {
            if (i > 0)
            {
                output.Write((byte)',');
            }

            GoString.Write(output, _members[i].Name);
            output.Write((byte)':');
            output.Write(ValueAt(i));
        }

        output.Write((byte)'}');
    }

    private static string NameOf(ReadOnlySpan<byte> escaped)
    {
        foreach ((string name, byte[] utf8) in Usual)
        {
            if (escaped.SequenceEqual(utf8))
            {
                return name;
            }
        }

        var literal = new ByteBuffer();
        GoString.WriteLiteral(literal, escaped);
        return JsonSerializer.Deserialize<string>(literal.Written)!;
    }

    private void Set(string name, int at)
    {
        var member = new Member(name, at, _values.Length - at);
        if (PlaceOf(name) is >= 0 and var place)
        {
            _members[place] = member;
            return;
        }

        _places?.Add(name, _members.Count);
        _members.Add(member);
        if (_places is null && _members.Count > FewMax)
        {
            _places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < _members.Count; i++)
            {
                _places.Add(_members[i].Name, i);
            }
        }
    }

    private int PlaceOf(string name)
    {
        if (_places is not null)
        {
            return _places.GetValueOrDefault(name, -1);
        }

        for (int i = 0; i < _members.Count; i++)
        {
            if (_members[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private ReadOnlySpan<byte> ValueAt(int place) => _values.Written.Slice(_members[place].At, _members[place].Length);

    private readonly record struct Member(string Name, int At, int Length);
}
