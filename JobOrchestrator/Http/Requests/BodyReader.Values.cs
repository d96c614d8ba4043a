using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>The values of members. Each method takes the member's value; null stands for JSON's null and for what was noted.</summary>
internal ref partial struct BodyReader
{
    /// <summary>Longest name of a type, a queue, an owner or a worker, in characters.</summary>
    public const int NameMax = Bounds.NameMax;

    /// <summary>Longest externalId or unique key, in characters.</summary>
    public const int KeyMax = Bounds.KeyMax;

    /// <summary>Longest message of a progress report and longest error type, in characters.</summary>
    public const int LineMax = Bounds.LineMax;

    /// <summary>A name that many jobs share.</summary>
    public string? SharedName() => ReadString() is { } name && IsName(name, NameMax) ? NamePool.Get(name) : null;

    /// <summary>
    /// The name of a queue, which has to have an address: whatever sends a request takes a segment of dots out of its path, and asks for
    /// something else.
    /// </summary>
    public string? QueueName()
    {
        string? name = SharedName();
        if (name is "." or "..")
        {
            RefuseValue("No address can have . or .. in it.");
            return null;
        }

        return name;
    }

    /// <summary>Text by which something is found: not empty, no control characters, at most so long.</summary>
    public string? Name(int max = NameMax) => ReadString() is { } name && IsName(name, max) ? name : null;

    /// <summary>Any text, for what is cut or looked at and kept nowhere.</summary>
    public string? Any() => ReadString();

    /// <summary>Any text of at most so many characters.</summary>
    public string? Text(int max)
    {
        string? text = ReadString();
        if (text?.Length > max)
        {
            RefuseValue($"At most {max} characters.");
            return null;
        }

        return text;
    }

    /// <summary>A few names.</summary>
    /// <param name="countMax">The most.</param>
    /// <param name="ofNone">What to say of an empty list; null: it is one.</param>
    public List<string>? Names(int countMax, string? ofNone = null)
    {
        Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            if (_json.TokenType != JsonTokenType.Null)
            {
                NoteWrong("an array of strings");
            }

            return null;
        }

        var names = new List<string>();
        Read();
        if (_json.TokenType == JsonTokenType.EndArray && ofNone is not null)
        {
            RefuseValue(ofNone);
        }

        for (; _json.TokenType != JsonTokenType.EndArray; Read())
        {
            if (_json.TokenType != JsonTokenType.String)
            {
                NoteWrong("a string");
            }
            else if (names.Count > countMax)
            {
                // Over the bound already: the rest is passed over.
                continue;
            }
            else if (TokenText() is { } name && IsName(name, NameMax))
            {
                names.Add(NamePool.Get(name));
            }
        }

        if (names.Count > countMax)
        {
            RefuseValue($"At most {countMax} entries.");
        }

        return names;
    }

    /// <summary>One of a few words.</summary>
    public T? Word<T>(string expected, Func<string, T?> parse)
        where T : struct
    {
        if (ReadString() is not { } word)
        {
            return null;
        }

        T? value = parse(word);
        if (value is null && _first is null)
        {
            Note(Malformed($"Expected {expected}, found '{(word.Length > 40 ? word[..40] + "…" : word)}'", _json.TokenStartIndex));
        }

        return value;
    }

    /// <summary>A whole number within bounds. 3.0 and 1e2 are whole.</summary>
    public int? Whole(int min, int max) => Number("a whole number") ? WholeHere(min, max) : null;

    private int? WholeHere(int min, int max, string orElse = "")
    {
        if (_json.TryGetInt32(out int value) && value >= min && value <= max)
        {
            return value;
        }

        if (_json.TryGetDouble(out double number) && number == Math.Truncate(number) && number >= min && number <= max)
        {
            return (int)number;
        }

        RefuseValue($"A whole number from {min} to {max}{orElse}.");
        return null;
    }

    /// <summary>A whole number within bounds, or a word, whatever its case, that stands for none.</summary>
    /// <param name="word">The word.</param>
    /// <param name="min">The least.</param>
    /// <param name="max">The most.</param>
    /// <param name="isWord">It is the word.</param>
    public int? WholeOr(string word, int min, int max, out bool isWord)
    {
        Read();
        isWord = _json.TokenType == JsonTokenType.String && word.Equals(TokenText(), StringComparison.OrdinalIgnoreCase);
        if (_json.TokenType == JsonTokenType.Number)
        {
            return WholeHere(min, max, $", or \"{word}\"");
        }

        if (!isWord && _json.TokenType != JsonTokenType.Null)
        {
            NoteWrong($"a whole number or \"{word}\"");
        }

        return null;
    }

    /// <summary>A number within bounds.</summary>
    public double? Fraction(double min, double max)
    {
        if (!Number("a number"))
        {
            return null;
        }

        // 1e400 is read as infinity, which is over every bound.
        if (_json.TryGetDouble(out double value) && value >= min && value <= max)
        {
            return value;
        }

        RefuseValue($"A number from {min} to {max}.");
        return null;
    }

    public bool? Flag()
    {
        Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            default:
                NoteWrong("true or false");
                return null;
        }
    }

    /// <summary>An instant as RFC 3339 writes it, with its offset.</summary>
    public DateTimeOffset? Instant()
    {
        if (ReadString() is not { } text)
        {
            return null;
        }

        if (Instants.TryParse(text, out DateTimeOffset instant))
        {
            return instant;
        }

        if (_first is null)
        {
            Note(Malformed("Expected an instant such as 2030-01-31T12:00:00Z", _json.TokenStartIndex));
        }

        return null;
    }

    /// <summary>Any JSON, copied exactly as it is written.</summary>
    public JsonText? Raw()
    {
        Read();
        return _json.TokenType == JsonTokenType.Null ? null : CopyValue();
    }

    /// <summary>An object, copied exactly as it is written.</summary>
    public JsonText? RawObject()
    {
        Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                return CopyValue();
            case JsonTokenType.Null:
                return null;
            default:
                NoteWrong("an object");
                return null;
        }
    }

    /// <summary>Steps into an object, whose members come next.</summary>
    /// <returns>False: it is null, or was noted as no object.</returns>
    public bool EnterObject()
    {
        Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                _path = Pointer();
                Open();
                return true;
            case JsonTokenType.Null:
                return false;
            default:
                NoteWrong("an object");
                return false;
        }
    }

    /// <summary>Steps into an array, whose items come next.</summary>
    /// <returns>False: it is null, or was noted as no array.</returns>
    public bool EnterArray()
    {
        Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartArray:
                _path = Pointer();
                return true;
            case JsonTokenType.Null:
                return false;
            default:
                NoteWrong("an array");
                return false;
        }
    }

    /// <summary>Steps into an object, or takes a text in its place.</summary>
    /// <returns>True: an object, whose members come next.</returns>
    public bool EnterObjectOr(out string? text)
    {
        Read();
        text = null;
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                _path = Pointer();
                Open();
                return true;
            case JsonTokenType.String:
                text = TokenText();
                return false;
            case JsonTokenType.Null:
                return false;
            default:
                NoteWrong("a string or an object");
                return false;
        }
    }

    private bool Number(string expected)
    {
        Read();
        if (_json.TokenType == JsonTokenType.Number)
        {
            return true;
        }

        if (_json.TokenType != JsonTokenType.Null)
        {
            NoteWrong(expected);
        }

        return false;
    }

    private string? ReadString()
    {
        Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.String:
                return TokenText();
            case JsonTokenType.Null:
                return null;
            default:
                NoteWrong("a string");
                return null;
        }
    }

    private string? TokenText()
    {
        try
        {
            return _json.GetString();
        }
        catch (InvalidOperationException)
        {
            if (MendsText)
            {
                return MendedText.Of(_json.ValueSpan);
            }

            Note(Malformed("Half of a surrogate pair", _json.TokenStartIndex));
            return null;
        }
    }

    private bool IsName(string text, int max)
    {
        if (text.Length == 0 || text.Length > max)
        {
            RefuseValue($"1 to {max} characters.");
            return false;
        }

        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                RefuseValue("No control characters.");
                return false;
            }
        }

        return true;
    }

    private JsonText? CopyValue()
    {
        int start = (int)_json.TokenStartIndex;
        SkipValue();
        ReadOnlySpan<byte> value = _utf8[start..(int)_json.BytesConsumed];
        if (value.Length > _valueBytesMax)
        {
            Note(new Problem(ProblemType.TooLarge, $"{Pointer()} may have {_valueBytesMax} bytes; it has {value.Length}."));
            return null;
        }

        return JsonText.Of(value.ToArray());
    }
}
