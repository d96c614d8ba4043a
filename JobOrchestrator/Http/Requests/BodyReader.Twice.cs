using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>
/// Members that are said twice: which of the two is meant is not understood. Of each object that is open a bit for each name is kept; only
/// where a bit has been there before is the object read again up to the member.
/// </summary>
internal ref partial struct BodyReader
{
    private const string SaidTwice = "Said twice.";

    private void Open()
    {
        if (_open < OpenObjects.Most)
        {
            _objects[_open] = new OpenObject((int)_json.TokenStartIndex, 0);
        }

        _open++;
    }

    private void Close() => _open--;

    private void CheckTwice()
    {
        if (_unknown is not { Policy: UnknownMembers.Refuse or UnknownMembers.Warn } unknown || _open is 0 or > OpenObjects.Most)
        {
            return;
        }

        ref OpenObject open = ref _objects[_open - 1];
        ReadOnlySpan<byte> name = _json.ValueSpan;

        // An escaped name may be any.
        ulong bits = _json.ValueIsEscaped ? ulong.MaxValue
            : name.IsEmpty ? 1
            : 1UL << (((name[0] | 0x20) + ((name[^1] | 0x20) * 3) + (name.Length * 7)) & 63);
        bool mayBeTwice = (open.Bits & bits) != 0;
        open.Bits |= bits;
        if (!mayBeTwice || !IsSaidBefore(open.Begin))
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

    private readonly bool IsSaidBefore(int begin)
    {
        string name = NameText();
        var deep = new JsonReaderOptions { MaxDepth = DepthMax * 2 };
        var before = new Utf8JsonReader(_utf8[begin..(_name.Start.Value - 1)], isFinalBlock: false, new JsonReaderState(deep));
        before.Read();
        while (before.Read() && before.TokenType == JsonTokenType.PropertyName)
        {
            bool isSame = before.ValueIsEscaped
                ? TextOf(before).Equals(name, StringComparison.OrdinalIgnoreCase)
                : Encoding.UTF8.GetString(before.ValueSpan).Equals(name, StringComparison.OrdinalIgnoreCase);
            if (isSame)
            {
                return true;
            }

            before.Read();
            before.TrySkip();
        }

        return false;

        static string TextOf(in Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                return Encoding.UTF8.GetString(reader.ValueSpan);
            }
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
