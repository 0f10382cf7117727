// What an `exception_ptr` calls since GCC 11, by what older C++ libraries have of it: a part of a module where CLEARPROP_OLD_LIBRARIES is on.
#include <exception>

extern "C" {
void clearprop_old_copy(void* copy, const void* of) noexcept;
void clearprop_old_destroy(void* gone) noexcept;
}
__asm__(".symver clearprop_old_copy, _ZNSt15__exception_ptr13exception_ptrC1ERKS0_@CXXABI_1.3.3");
__asm__(".symver clearprop_old_destroy, _ZNSt15__exception_ptr13exception_ptrD1Ev@CXXABI_1.3.3");

namespace std::__exception_ptr {

/// One reference more: that of a copy which is never destroyed.
void exception_ptr::_M_addref() noexcept {
  alignas(exception_ptr) unsigned char copy[sizeof(exception_ptr)];
  clearprop_old_copy(copy, this);
}

void exception_ptr::_M_release() noexcept { clearprop_old_destroy(this); }

}  // namespace std::__exception_ptr
