using System.Text;
using System.Text.Json;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>
/// Reads a request's JSON forward, once. Ill-formed JSON ends it at once; a value that is of the wrong type, too large or not allowed
/// is noted with its place and passed over, so that one answer tells of all, and one entry of many can be refused alone.
/// </summary>
internal ref partial struct BodyReader
{
    /// <summary>
    /// How deep a document about one job may nest: a value of the callers' has 61 levels at most, an error's detail 60. Within many, it
    /// stands deeper by as much as the surroundings. Readers of .NET, and others, take 64 levels in all, and answers, lists and messages
    /// put some more around a value: one odd job may not make the others of its list or lease unreadable.
    /// </summary>
    public const int DepthMax = 62;

    /// <summary>
    /// Most faults that are noted in one body: who made more has one cause for them all. Of every entry of many one is noted all the same,
    /// or it would be taken.
    /// </summary>
    private const int FaultsMax = 100;

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly int _valueBytesMax;
    private readonly int _depthMax;
    private Utf8JsonReader _json;
    private string _path = "";
    private Range _name;
    private bool _inObject;
    private Problem? _first;
    private List<Violation>? _violations;
    private int _faults;

    private readonly UnknownNames? _unknown;
    private NearestName _nearest;
    private bool _isLookingForNearest; // the present member is asked for once more

    // Of the objects that are open, by depth: for members that are said twice.
    private OpenObjects _objects;
    private int _open;
    private long _readAgain; // bytes

    // Where lines were last counted, so that many entries that are wrong do not have the body read from its beginning for each.
    private int _countedTo;
    private int _line = 1;
    private int _lineStart;

    /// <summary>Most bytes of one of the callers' own values.</summary>
    public readonly int ValueBytesMax => _valueBytesMax;

    /// <summary>
    /// Half of a surrogate pair in a text becomes U+FFFD; else it is noted. And values may be read past their depth, to be left out alone.
    /// </summary>
    public bool MendsText
    {
        get;
        init
        {
            field = value;
            _json = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = value ? int.MaxValue : _depthMax });
        }
    }

    /// <param name="utf8">The body.</param>
    /// <param name="valueBytesMax">Most bytes of one of the callers' own values.</param>
    /// <param name="unknown">What becomes of members that nobody knows; null: they are ignored.</param>
    /// <param name="surroundings">Levels around what <see cref="DepthMax"/> applies to.</param>
    public BodyReader(ReadOnlySpan<byte> utf8, int valueBytesMax, UnknownNames? unknown, int surroundings = 0)
    {
        _unknown = unknown;
        _utf8 = utf8;
        _valueBytesMax = valueBytesMax;
        _depthMax = DepthMax + surroundings;
        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = _depthMax });
    }

    /// <summary>Steps to the only value; it has to be an object.</summary>
    /// <exception cref="ProblemException">It is something else, or no JSON.</exception>
    public void Object()
    {
        Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw new ProblemException(Wrong("an object"));
        }

        _inObject = true;
        Open();
    }

    /// <summary>Steps to the only value; it has to be an object or an array.</summary>
    /// <returns>True: an array.</returns>
    /// <exception cref="ProblemException">It is something else, or no JSON.</exception>
    public bool ObjectOrArray()
    {
        Read();
        _inObject = _json.TokenType == JsonTokenType.StartObject;
        if (!_inObject && _json.TokenType != JsonTokenType.StartArray)
        {
            throw new ProblemException(Wrong("an array"));
        }

        if (_inObject)
        {
            Open();
        }

        return !_inObject;
    }

    /// <summary>
    /// Steps to the object's next member. False: that was the last; whoever entered the object says <see cref="Leave"/>.
    /// </summary>
    public bool NextMember()
    {
        if (_isLookingForNearest)
        {
            return true;
        }

        Read();
        _inObject = true;
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            Close();
            return false;
        }

        _name = (int)(_json.TokenStartIndex + 1)..(int)(_json.TokenStartIndex + 1 + _json.ValueSpan.Length);
        return true;
    }

    /// <summary>Goes back to where the object, the item or the array was entered.</summary>
    public void Leave() => _path = _path[.._path.LastIndexOf('/')];

    /// <summary>Whether the member has this name, in whatever case.</summary>
    public bool Is(ReadOnlySpan<byte> name)
    {
        if (_isLookingForNearest)
        {
            _nearest.Consider(Encoding.UTF8.GetString(name));
            return false;
        }

        bool isIt = _json.ValueIsEscaped
            ? NameText().Equals(Encoding.UTF8.GetString(name), StringComparison.OrdinalIgnoreCase)
            : Ascii.EqualsIgnoreCase(_json.ValueSpan, name);
        if (isIt)
        {
            CheckTwice(name);
        }

        return isIt;
    }

    /// <summary>
    /// The member has none of the names that were asked for. Where that is refused or told, the same member comes once more, so that all
    /// of these are asked for again and the nearest is found.
    /// </summary>
    public void Unknown()
    {
        if (_unknown is not { Policy: UnknownMembers.Refuse or UnknownMembers.Warn } unknown)
        {
            Ignore();
            return;
        }

        if (!_isLookingForNearest)
        {
            _nearest = new NearestName(NameText());
            _isLookingForNearest = true;
            return;
        }

        _isLookingForNearest = false;
        if (unknown.Policy == UnknownMembers.Warn)
        {
            unknown.Warn(Pointer(), _nearest.Name);
        }
        else
        {
            RefuseValue(UnknownNames.Sentence(_nearest.Name));
        }

        Ignore();
    }

    /// <summary>
    /// A member of the present object belongs to another request, where it would have been kept: as one that nobody knows, it is refused
    /// or told.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="instead">What to do.</param>
    public void Misplaced(string member, string instead)
    {
        switch (_unknown?.Policy)
        {
            case UnknownMembers.Refuse:
                Refuse(member, instead);
                break;
            case UnknownMembers.Warn:
                _unknown.WarnMisplaced($"{_path}/{member}", instead);
                break;
        }
    }

    private void Ignore()
    {
        Read();
        SkipValue();
    }

    /// <summary>Steps to the array's next item. False: there is none. Each item wants its <see cref="Leave"/>.</summary>
    /// <param name="index">The item's place.</param>
    /// <remarks>An item that is no object is noted and passed over: see <see cref="InObject"/>.</remarks>
    public bool NextItem(int index)
    {
        Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        _inObject = _json.TokenType == JsonTokenType.StartObject;
        _path = $"{_path}/{index}";
        if (_inObject)
        {
            Open();
        }
        else
        {
            NoteWrong("an object");
        }

        return true;
    }

    /// <summary>Whether the last <see cref="NextItem"/> stepped into an object.</summary>
    public readonly bool InObject => _inObject;

    /// <summary>Nothing may follow; everything noted becomes the answer.</summary>
    /// <exception cref="ProblemException">Something was noted.</exception>
    public void End()
    {
        Read();
        if (TakeProblem() is { } problem)
        {
            throw new ProblemException(problem);
        }
    }

    /// <summary>What was noted since the last time, and forgets it: unreadable before too large before not allowed.</summary>
    public Problem? TakeProblem()
    {
        Problem? problem = _first ?? (_violations is null ? null : Problems.NotAllowed(_violations));
        _first = null;
        _violations = null;
        return problem;
    }

    /// <summary>Notes that a member of the present object is not allowed.</summary>
    public void Refuse(string member, string message)
    {
        if (HasRoom())
        {
            _violations!.Add(new Violation($"{_path}/{member}", message));
        }
    }

    private void Note(Problem problem) => _first ??= problem;

    /// <summary>Notes that the present value is not allowed.</summary>
    private void RefuseValue(string message)
    {
        if (HasRoom())
        {
            _violations!.Add(new Violation(Pointer(), message));
        }
    }

    private bool HasRoom()
    {
        bool isFirst = _violations is null;
        _violations ??= [];
        return _faults++ < FaultsMax || isFirst;
    }

    /// <summary>Notes that the present value is of the wrong type, and passes over it.</summary>
    private void NoteWrong(string expected)
    {
        if (_first is null)
        {
            Note(Wrong(expected));
        }

        SkipValue();
    }

    private Problem Wrong(string expected)
    {
        string found = _json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            _ => "null",
        };
        return Malformed($"Expected {expected}, found {found}", _json.TokenStartIndex);
    }

    private Problem Malformed(string what, long at)
    {
        ReadOnlySpan<byte> since = _utf8[_countedTo..(int)at];
        int lineEnd = since.LastIndexOf((byte)'\n');
        _lineStart = lineEnd < 0 ? _lineStart : _countedTo + lineEnd + 1;
        _line += since.Count((byte)'\n');
        _countedTo = (int)at;
        return Malformed(what, _line, at - _lineStart + 1);
    }

    private readonly Problem Malformed(string what, long line, long column)
    {
        string pointer = Pointer();
        return Problems.Malformed($"{what} at {(pointer.Length == 0 ? "the document itself" : pointer)} (line {line}, byte {column}).");
    }

    private readonly string Pointer() =>
        !_inObject || _name.Equals(default)
            ? _path
            : $"{_path}/{ShortName().Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>No known name is longer, and what is quoted in an answer should not grow with the request.</summary>
    private readonly string ShortName() => NameText() is var name && name.Length > NameMax ? name[..NameMax] + "…" : name;

    /// <summary>The member's name as written, escapes included when they make no text.</summary>
    private readonly string NameText()
    {
        ReadOnlySpan<byte> quoted = _utf8[(_name.Start.Value - 1)..(_name.End.Value + 1)];
        try
        {
            var name = new Utf8JsonReader(quoted);
            name.Read();
            return name.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(quoted[1..^1]);
        }
    }

    private void Read()
    {
        try
        {
            _json.Read();
        }
        catch (JsonException exception)
        {
            throw Syntax(exception);
        }
    }

    private void SkipValue()
    {
        if (MendsText)
        {
            if (IsSkippedTooDeep(out long place))
            {
                throw new ProblemException(Malformed($"Nested deeper than {_depthMax} levels", place));
            }

            return;
        }

        try
        {
            _json.Skip();
        }
        catch (JsonException exception)
        {
            throw Syntax(exception);
        }
    }

    // What the reader says behind some of its reasons, to whoever has written this.
    private const string ToProgrammers = " Change the reader options.";

    private readonly ProblemException Syntax(JsonException exception)
    {
        string reason = exception.Message;
        int place = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        reason = (place < 0 ? reason : reason[..place]).Replace(ToProgrammers, "", StringComparison.Ordinal).TrimEnd('.');
        if (_utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            reason = "The body is empty; expected JSON";
        }

        return new ProblemException(Malformed(reason, (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1));
    }
}
