using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>
/// Members that are said twice: which of the two is meant is not understood. Of each object that is open a bit for each known name is
/// kept; only where a bit has been there before is the object read again up to the member.
/// </summary>
internal ref partial struct BodyReader
{
    private const string SaidTwice = "Said twice.";

    /// <summary>No body is read again more often than so: an odd one could keep a processor busy.</summary>
    private const int ReadAgainMax = 16;

    private void Open()
    {
        if (_open < OpenObjects.Most)
        {
            _objects[_open] = new OpenObject((int)_json.TokenStartIndex, 0);
        }

        _open++;
    }

    private void Close() => _open--;

    /// <summary>The present member has a known name.</summary>
    private void CheckTwice(ReadOnlySpan<byte> known)
    {
        if (_unknown is not { Policy: UnknownMembers.Refuse or UnknownMembers.Warn } unknown || _open is 0 or > OpenObjects.Most)
        {
            return;
        }

        ref OpenObject open = ref _objects[_open - 1];
        ulong bit = 1UL << ((known[0] + (known[^1] * 3) + (known.Length * 7)) & 63);
        if ((open.Bits & bit) == 0)
        {
            open.Bits |= bit;
            return;
        }

        ReadOnlySpan<byte> before = _utf8[open.Begin..(_name.Start.Value - 1)];
        _readAgain += before.Length;
        if (_readAgain > (long)_utf8.Length * ReadAgainMax || !IsSaidIn(before, known))
        {
            return;
        }

        if (unknown.Policy == UnknownMembers.Warn)
        {
            unknown.WarnTwice(Pointer());
        }
        else
        {
            RefuseValue(SaidTwice);
        }
    }

    private static bool IsSaidIn(ReadOnlySpan<byte> beginOfObject, ReadOnlySpan<byte> known)
    {
        var options = new JsonReaderOptions { MaxDepth = int.MaxValue };
        var json = new Utf8JsonReader(beginOfObject, isFinalBlock: false, new JsonReaderState(options));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueIsEscaped ? IsEscaped(json, known) : Ascii.EqualsIgnoreCase(json.ValueSpan, known))
            {
                return true;
            }

            json.Read();
            json.TrySkip();
        }

        return false;
    }

    /// <summary>Whether it is the known name, in whatever case.</summary>
    private static bool IsEscaped(in Utf8JsonReader json, ReadOnlySpan<byte> known)
    {
        try
        {
            return Encoding.UTF8.GetString(known).Equals(json.GetString(), StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate is in no known name.
            return false;
        }
    }

    /// <param name="Begin">Where its brace stands.</param>
    /// <param name="Bits">Of the names so far.</param>
    private record struct OpenObject(int Begin, ulong Bits);

    [InlineArray(Most)]
    private struct OpenObjects
    {
        /// <summary>No request has more of them in one another.</summary>
        public const int Most = 4;

        private OpenObject _first;
    }
}
