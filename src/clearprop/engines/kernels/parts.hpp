// How a part is chosen: lists of the structs that hold formulas, and what calls the one that a task names. No formula.
#pragma once

#include "vector.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class... Parts>
struct List {};

template <class... First, class... Second>
constexpr List<First..., Second...> operator+(List<First...>, List<Second...>) {
  return {};
}

template <class P, class... Parts>
constexpr int code_of(List<Parts...>) {
  int code = 0, found = -1;
  ((std::is_same_v<P, Parts> ? void(found = code++) : void(++code)), ...);
  return found;
}

template <class... Parts>
constexpr int count_of(List<Parts...>) {
  return sizeof...(Parts);
}

constexpr int most_hypers = 2;

// A part as a task names it: its place in its list, and its hyper-parameters in the order of the record's fields.
struct Part {
  int code = 0;
  double hypers[most_hypers] = {};
};

// Whether a part is one of a list that begins the list of its kind.
template <class... Parts>
constexpr bool is_among(const Part& part, List<Parts...>) {
  return part.code < int(sizeof...(Parts));
}

// The part itself: a struct whose only members are its hyper-parameters.
template <class P>
CLEARPROP_INLINE P made(const Part& part) {
  P itself{};
  if constexpr (!std::is_empty_v<P>) {
    static_assert(sizeof(P) <= sizeof part.hypers, "more hyper-parameters than most_hypers");
    std::memcpy(&itself, part.hypers, sizeof itself);
  }
  return itself;
}

// Calls f with the part itself, so that the choice is made outside the loop that f holds.
template <class F, class... Parts>
CLEARPROP_INLINE void with_part(const Part& part, List<Parts...>, F&& f) {
  int code = 0;
  (void)((part.code == code++ ? (f(made<Parts>(part)), true) : false) || ...);
}

}  // namespace clearprop::CLEARPROP_LEVEL
